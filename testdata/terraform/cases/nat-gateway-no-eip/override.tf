resource "aws_eip" "nat" {
  count = 0
}

resource "aws_nat_gateway" "main" {
  allocation_id     = null
  connectivity_type = "private"
}
