using System.Security.Cryptography;

namespace Meshlift.Core;

/// <summary>Names bytes by their content.</summary>
public static class ContentDigest
{
    /// <summary><c>sha256:</c> and 64 lower-case hexadecimal digits, as OCI writes digests.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
