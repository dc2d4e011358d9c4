"""What `manage.py serve` does: prepare the data, listen, supervise, announce."""
