"""Every SQL statement about run-sheets, steps, cues and reminders."""
