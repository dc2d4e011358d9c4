"""Backup into one file, restore into a fresh folder, verify without restoring."""
