"""What is learned of the questions themselves from what people answer, without anybody's name."""
