resource "aws_eip" "nat" {
  count = 0
}

resource "aws_eip_association" "nat_instance" {
  count = 0
}
