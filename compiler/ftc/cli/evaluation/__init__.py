"""The report of an evaluation, drawn: as a table for people, and as JUnit's XML for services that show tests."""
