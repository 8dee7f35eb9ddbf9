output "read_role_arn" {
  description = "aws.readRoleArn in the policy file."
  value       = aws_iam_role.read.arn
}

output "change_role_arn" {
  description = "changes.roleArn in the policy file; null where no distribution may be changed."
  value       = one(aws_iam_role.change[*].arn)
}

output "audit_role_arn" {
  description = "audit.roleArn in the policy file; null where no bucket was made."
  value       = one(aws_iam_role.audit[*].arn)
}

output "audit_bucket" {
  description = "audit.bucket in the policy file."
  value       = one(aws_s3_bucket.audit[*].bucket)
}
