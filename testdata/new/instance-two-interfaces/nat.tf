# A NAT instance with two interfaces: protected subnets send to the inside one, the outside one has the public address.
# The inside one stands in a private subnet, so that the instance's own packets cannot take it for a way out.
resource "aws_security_group" "nat_inside" {
  name        = "${local.name}-nat-inside"
  description = "nat-inside of the network"
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "${local.name}-nat-inside" }
}

# The NAT lets in what the clients send through it, and lets it out again: both are needed, and nothing more.
resource "aws_vpc_security_group_ingress_rule" "nat_inside_in_https" {
  for_each          = local.zones
  security_group_id = aws_security_group.nat_inside.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.value.protected
}

resource "aws_vpc_security_group_ingress_rule" "nat_inside_in_http" {
  for_each          = local.zones
  security_group_id = aws_security_group.nat_inside.id
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = each.value.protected
}

resource "aws_vpc_security_group_ingress_rule" "nat_inside_in_ping" {
  for_each          = local.zones
  security_group_id = aws_security_group.nat_inside.id
  ip_protocol       = "icmp"
  from_port         = 8
  to_port           = -1
  cidr_ipv4         = each.value.protected
}

resource "aws_security_group" "nat_outside" {
  name        = "${local.name}-nat-outside"
  description = "nat-outside of the network"
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "${local.name}-nat-outside" }
}

resource "aws_vpc_security_group_egress_rule" "nat_outside_out_https" {
  security_group_id = aws_security_group.nat_outside.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "nat_outside_out_http" {
  security_group_id = aws_security_group.nat_outside.id
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "nat_outside_out_ping" {
  security_group_id = aws_security_group.nat_outside.id
  ip_protocol       = "icmp"
  from_port         = 8
  to_port           = -1
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_network_interface" "nat_outside" {
  subnet_id       = aws_subnet.public["1"].id
  security_groups = [aws_security_group.nat_outside.id]
  tags            = { Name = "${local.name}-nat-outside" }
}

resource "aws_network_interface" "nat_inside" {
  subnet_id       = aws_subnet.private["1"].id
  security_groups = [aws_security_group.nat_inside.id]
  tags            = { Name = "${local.name}-nat-inside" }

  # AWS drops packets that are neither from nor to the interface itself. A NAT forwards such packets: the check is off.
  source_dest_check = false
}

resource "aws_instance" "nat" {
  ami           = data.aws_ami.amazon_linux.id
  instance_type = "t4g.nano"

  # Forwarding and masquerading are the guest's part: no AWS call shows whether they work.
  user_data                   = file("${path.module}/nat-user-data.sh")
  user_data_replace_on_change = true

  network_interface {
    network_interface_id = aws_network_interface.nat_outside.id
    device_index         = 0
  }

  network_interface {
    network_interface_id = aws_network_interface.nat_inside.id
    device_index         = 1
  }

  tags = { Name = "${local.name}-nat" }

  metadata_options {
    http_tokens = "required"
  }

  lifecycle {
    ignore_changes = [ami]
  }

  depends_on = [aws_internet_gateway.main]
}

# A public address that stays when the instance is replaced. Without one nothing leaves the VPC.
resource "aws_eip" "nat" {
  domain            = "vpc"
  network_interface = aws_network_interface.nat_outside.id
  tags              = { Name = "${local.name}-nat" }

  depends_on = [aws_internet_gateway.main]
}

# The route names the interface, not the instance. If the instance stops, the route becomes a blackhole.
resource "aws_route" "protected_default" {
  route_table_id         = aws_route_table.protected.id
  destination_cidr_block = "0.0.0.0/0"
  network_interface_id   = aws_network_interface.nat_inside.id
}
