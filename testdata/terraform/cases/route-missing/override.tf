resource "aws_route" "protected_nat_gateway" {
  count = 0
}
