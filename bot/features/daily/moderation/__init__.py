"""Reports about answers, and what organisers make of them."""
