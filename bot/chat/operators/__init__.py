"""What whoever runs Studyhall sees and sets: settings of a platform, installations, the doctor's findings."""
