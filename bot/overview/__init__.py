"""What looks across features: one's own record, goal and interview, and the ways back in after a while away."""
