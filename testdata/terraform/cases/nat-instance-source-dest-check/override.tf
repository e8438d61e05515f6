resource "aws_instance" "nat" {
  source_dest_check = true
}
