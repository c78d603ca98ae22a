"""What a browser is shown of an artifact: read in bounds, never executed, tables in a process of their own."""
