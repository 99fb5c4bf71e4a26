package schuss.data.table;

import schuss.data.DataException;

/**
 * How the cells of a column are to be interpreted.
 *
 * @param file the file, for messages
 * @param name the name of the column
 * @param categorical whether numbers are categories too
 * @param dates what becomes of dates
 * @param decimal the decimal mark that the user chose, or 0
 * @param elsewhere the decimal mark that other columns use, or 0
 */
record ColumnRules(
        TableFile file, String name, boolean categorical, TableOptions.Dates dates, char decimal, char elsewhere) {
    /** An exception about a cell. */
    DataException refused(ColumnScan.Place cell, String expected, String more) {
        return new DataException(
                file.where(cell.line(), name) + ": expected " + expected + Cell.shown(cell.text()) + more);
    }
}
