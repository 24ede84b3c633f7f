using Meshlift.Adapters.Files;
using Meshlift.Core;

namespace Meshlift.Adapters.Releases;

/// <summary>Releases in a folder of this computer, laid out as on the web: a folder for each version.</summary>
internal sealed class FolderPlace : IReleasePlace
{
    private const int Chunk = 1 << 17;

    /// <summary>The path of a <c>file:</c> address.</summary>
    /// <exception cref="UserException">It names another computer.</exception>
    public static string PathOf(Uri address) => address.Host.Length == 0 || OperatingSystem.IsWindows()
        ? address.LocalPath
        : throw new UserException(ErrorKind.Input, $"{address} names the computer '{address.Host}', not a folder of this one", $"write three slashes: file:///{address.Host}{address.AbsolutePath}");

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(Uri address, int largest, bool mayBePage, CancellationToken cancel)
    {
        var path = PathOf(address);
        return Task.FromResult(File.Exists(path) ? BoundedFile.Read(path, largest) : null);
    }

    /// <inheritdoc/>
    public async Task<bool> DownloadAsync(Uri address, PartialFile part, Action<long, long?> progress, CancellationToken cancel)
    {
        var path = PathOf(address);
        if (!File.Exists(path)) return false;
        try
        {
            await using var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            if (from.Length > WebPlace.LargestFile) throw WebPlace.TooLarge(address, WebPlace.LargestFile);
            await using var to = part.Start(address, validator: null);
            var buffer = new byte[Chunk];
            for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0;)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), cancel);
                progress(to.Position, from.Length);
            }
            return true;
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "copy", path);
        }
    }
}
