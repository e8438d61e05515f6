resource "aws_vpc" "main" {
  cidr_block = local.vpc_range

  # Names resolve, and machines with public addresses have public names.
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = local.name }
}

# The only way between the VPC and the internet. It translates nothing but public addresses: without one, nothing gets out.
resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = local.name }
}

# Public: whoever has a public address can be reached from the internet. NAT gateways and load balancers stand here.
resource "aws_subnet" "public" {
  for_each          = local.zones
  vpc_id            = aws_vpc.main.id
  cidr_block        = each.value.public
  availability_zone = each.value.availability_zone
  tags              = { Name = "${local.name}-public-${each.key}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = "${local.name}-public" }
}

resource "aws_route_table_association" "public" {
  for_each       = local.zones
  subnet_id      = aws_subnet.public[each.key].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route" "public_default" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

# Protected: out through the NAT, and never in from the internet. An Elastic IP on a machine here changes nothing.
# The default route is in nat.tf.
resource "aws_subnet" "protected" {
  for_each          = local.zones
  vpc_id            = aws_vpc.main.id
  cidr_block        = each.value.protected
  availability_zone = each.value.availability_zone
  tags              = { Name = "${local.name}-protected-${each.key}" }
}

resource "aws_route_table" "protected" {
  for_each = local.zones
  vpc_id   = aws_vpc.main.id
  tags     = { Name = "${local.name}-protected-${each.key}" }
}

resource "aws_route_table_association" "protected" {
  for_each       = local.zones
  subnet_id      = aws_subnet.protected[each.key].id
  route_table_id = aws_route_table.protected[each.key].id
}

# Private: the VPC only. Databases stand here.
resource "aws_subnet" "private" {
  for_each          = local.zones
  vpc_id            = aws_vpc.main.id
  cidr_block        = each.value.private
  availability_zone = each.value.availability_zone
  tags              = { Name = "${local.name}-private-${each.key}" }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = "${local.name}-private" }
}

resource "aws_route_table_association" "private" {
  for_each       = local.zones
  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private.id
}

# Who names no security group gets the default one. AWS lets its members talk to each other and out: here it is empty.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.main.id
}
