"""The XML of learning platforms: Moodle's own, and QTI as Canvas and others export it."""
