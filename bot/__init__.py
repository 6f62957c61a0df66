"""The core of Studyhall: everything about studying together, with no word about any chat platform."""
