// A library of which only the name is asked for.
