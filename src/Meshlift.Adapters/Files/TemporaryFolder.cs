using Meshlift.Core;

namespace Meshlift.Adapters.Files;

/// <summary>A folder for the work of a moment, in the system's folder for temporary files. Disposing deletes it with all that is in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Makes the folder.</summary>
    /// <exception cref="UserException">The file system refused.</exception>
    public TemporaryFolder()
    {
        try
        {
            Path = Directory.CreateTempSubdirectory("meshlift-").FullName;
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            throw FileFailure.Of(e, "make a folder in", System.IO.Path.GetTempPath(), "nothing was changed");
        }
    }

    /// <summary>The folder, as an absolute path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            // The system clears its temporary files; a failure here would hide the result of the work.
        }
    }
}
