# A configuration of its own that adds to a network which somebody else looks after.
variable "route_table_id" { type = string }
variable "nat_gateway_id" { type = string }
variable "security_group_id" { type = string }

resource "aws_route" "out" {
  route_table_id         = var.route_table_id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = var.nat_gateway_id
}

resource "aws_security_group_rule" "in" {
  security_group_id = var.security_group_id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_blocks       = ["10.0.1.0/24"]
}
