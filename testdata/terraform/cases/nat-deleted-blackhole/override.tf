# Applied over the healthy network: the gateway goes, the route to it stays.
resource "aws_nat_gateway" "main" {
  count = 0
}

resource "aws_route" "protected_nat_gateway" {
  nat_gateway_id = var.nat_gateway_id
}
