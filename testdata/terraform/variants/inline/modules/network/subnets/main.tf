variable "vpc_id" { type = string }
variable "ranges" { type = map(string) }

resource "aws_subnet" "this" {
  for_each          = var.ranges
  vpc_id            = var.vpc_id
  cidr_block        = each.value
  availability_zone = "eu-west-1a"
  tags              = { Name = each.key }
}

output "ids" { value = { for name, subnet in aws_subnet.this : name => subnet.id } }
