"""Everything that reads foreign bytes. Runs only inside the sandbox; imports no Django."""
