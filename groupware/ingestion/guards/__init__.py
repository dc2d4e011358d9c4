"""What a file must pass before anybody sees it; a registry that other apps may add to."""
