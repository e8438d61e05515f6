resource "aws_network_acl_rule" "public_out_deny_https" {
  network_acl_id = aws_network_acl.public.id
  rule_number    = 50
  egress         = true
  protocol       = "tcp"
  rule_action    = "deny"
  cidr_block     = "0.0.0.0/0"
  from_port      = 443
  to_port        = 443
}
