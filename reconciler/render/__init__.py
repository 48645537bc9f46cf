"""Plans, reports and diagnostics as text for people. Pure: values in, ``str`` out; nothing here writes or decides."""
