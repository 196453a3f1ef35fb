"""Mail archives as plain values: split a file, read a mail, thread it, make its words readable. No tables."""
