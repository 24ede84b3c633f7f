using Meshlift.Core;

namespace Meshlift.Adapters.Files;

/// <summary>A single file that is replaced together with others.</summary>
public static class StagedFile
{
    /// <summary>Lays the new content of a file ready. Nothing of it shows until it is committed; nothing is done when the file has this content already.</summary>
    /// <exception cref="UserException">The file system refused; nothing was changed.</exception>
    public static StagedFiles Stage(string path, ReadOnlySpan<byte> content)
    {
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.meshlift-tmp";
        var staged = new StagedFiles(full, staging: null);
        try
        {
            // A run that was killed may have left one.
            if (Directory.Exists(Path.GetDirectoryName(temporary))) File.Delete(temporary);
            if (!File.Exists(full) || !File.ReadAllBytes(full).AsSpan().SequenceEqual(content)) staged.Write(full, temporary, content);
            return staged;
        }
        catch (Exception e)
        {
            staged.Dispose();
            if (FileFailure.IsExpected(e)) throw FileFailure.Of(e, "write", path, "nothing was changed");
            throw;
        }
    }
}
