using System.Security.Cryptography;
using Meshlift.Adapters.Files;

namespace Meshlift.Adapters.Releases;

/// <summary>Names files by their content.</summary>
internal static class FileDigest
{
    /// <summary><c>sha256:</c> and 64 lower-case hexadecimal digits; null when there is no such file.</summary>
    /// <exception cref="Core.UserException">The file system refused.</exception>
    public static async Task<string?> OfAsync(string path, CancellationToken cancel)
    {
        try
        {
            if (!File.Exists(path)) return null;
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 17, FileOptions.SequentialScan);
            return "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "read", path);
        }
    }
}
