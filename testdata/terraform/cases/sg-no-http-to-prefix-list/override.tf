resource "aws_vpc_security_group_egress_rule" "app_s3" {
  for_each = toset(["443"])
}
