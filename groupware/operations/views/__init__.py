"""Health for machines; pages for administrators, the auditor and whoever releases files."""
