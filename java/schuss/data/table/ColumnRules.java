package schuss.data.table;

import schuss.data.DataException;

/**
 * How the cells of one column are to be understood.
 *
 * @param categorical whether even numbers are names
 * @param dates what dates become
 * @param decimal the decimal mark that the user named, or 0
 * @param elsewhere the decimal mark that other columns show, or 0
 */
record ColumnRules(
        TableFile file, String name, boolean categorical, TableOptions.Dates dates, char decimal, char elsewhere) {
    /** An exception about a cell. */
    DataException refused(ColumnScan.Place cell, String expected, String more) {
        return new DataException(
                file.where(cell.line(), name) + ": expected " + expected + Cell.shown(cell.text()) + more);
    }
}
