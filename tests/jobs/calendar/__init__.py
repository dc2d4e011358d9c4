"""An application that fills the calendar of worker processes in the tests."""
