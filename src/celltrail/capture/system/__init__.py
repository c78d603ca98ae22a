"""What cells and runs take of the machine: processor, memory, disk and graphics cards; the standard library only."""
