resource "aws_vpc_security_group_egress_rule" "app_https" {
  count = 0
}

resource "aws_vpc_security_group_egress_rule" "app_http" {
  count = 0
}

resource "aws_vpc_security_group_egress_rule" "app_s3" {
  for_each = toset([])
}
