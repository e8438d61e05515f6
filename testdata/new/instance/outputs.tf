output "vpc_id" {
  value = aws_vpc.main.id
}

output "public_subnet_ids" {
  value = { for zone, subnet in aws_subnet.public : zone => subnet.id }
}

output "protected_subnet_ids" {
  value = { for zone, subnet in aws_subnet.protected : zone => subnet.id }
}

output "private_subnet_ids" {
  value = { for zone, subnet in aws_subnet.private : zone => subnet.id }
}

# What the internet sees: the addresses for a partner's allow list.
output "nat_addresses" {
  value = [aws_eip.nat.public_ip]
}
