using Meshlift.Adapters.Files;

namespace Meshlift.Adapters.Releases;

/// <summary>A file that is being brought in, with a note of what it is the beginning of. Nothing in it is trusted before its digest is checked.</summary>
internal sealed class PartialFile(string path)
{
    private readonly string _note = path + ".from";

    /// <summary>The bytes that are there.</summary>
    public string Path => path;

    /// <summary>How many bytes are there.</summary>
    public long Length => File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>The validator with which a server named the file that these bytes are the beginning of; null when there is none to continue.</summary>
    /// <param name="address">Where the file is to be continued from.</param>
    public string? ValidatorFor(Uri address)
    {
        try
        {
            return Length > 0 && File.Exists(_note) && File.ReadAllLines(_note) is [var from, { Length: > 0 } validator] && from == address.AbsoluteUri ? validator : null;
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            return null; // it will be brought in anew
        }
    }

    /// <summary>Begins anew.</summary>
    /// <param name="address">Where the file comes from.</param>
    /// <param name="validator">How the server names it; null when it cannot be continued after a break.</param>
    public FileStream Start(Uri address, string? validator) => Open(FileMode.Create, () =>
    {
        // The bytes go first: a note about other bytes would be a lie.
        if (validator is null) File.Delete(_note);
        else AtomicFile.Write(_note, System.Text.Encoding.UTF8.GetBytes($"{address.AbsoluteUri}\n{validator}\n"));
    });

    /// <summary>Continues behind the bytes that are there.</summary>
    public FileStream Continue() => Open(FileMode.Append, () => { });

    /// <summary>Removes the bytes and the note.</summary>
    public void Delete()
    {
        try
        {
            File.Delete(path);
            File.Delete(_note);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "delete", path);
        }
    }

    /// <summary>Makes the complete file what it is to be, in one step.</summary>
    /// <param name="target">The file's name from now on.</param>
    public void PublishAs(string target)
    {
        try
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite)) file.Flush(flushToDisk: true);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Move(path, target, overwrite: true);
            File.Delete(_note);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "write", target);
        }
    }

    private FileStream Open(FileMode mode, Action whenOpen)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            var file = new FileStream(path, mode, FileAccess.Write, FileShare.None, bufferSize: 0);
            whenOpen();
            return file;
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "write", path);
        }
    }
}
