"""How the API writes things: ids, cursors, times, money, errors, versions. Pure: values in, values out."""
