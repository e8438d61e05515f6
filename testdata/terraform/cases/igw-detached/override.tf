resource "aws_internet_gateway" "main" {
  vpc_id = null
}
