"""Renderings of an evaluation's report: a table for people, and JUnit XML for services that show test results."""
