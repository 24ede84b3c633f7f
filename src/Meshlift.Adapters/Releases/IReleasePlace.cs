namespace Meshlift.Adapters.Releases;

/// <summary>Where the files of releases lie: behind a web server, or in a folder.</summary>
internal interface IReleasePlace
{
    /// <summary>The content of a small file; null when it is not there.</summary>
    /// <param name="address">The file.</param>
    /// <param name="largest">The most bytes that it may have.</param>
    /// <param name="mayBePage">A web page is a good answer; otherwise it is a login or an error that came in place of the file.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Core.UserException">It cannot be read, or is too large.</exception>
    Task<byte[]?> ReadAsync(Uri address, int largest, bool mayBePage, CancellationToken cancel);

    /// <summary>Brings a large file in; continues what an earlier attempt left, where that is certain to be the same file.</summary>
    /// <param name="address">The file.</param>
    /// <param name="part">Where it goes.</param>
    /// <param name="progress">Told how many bytes are there, and how many there will be.</param>
    /// <param name="cancel">Gives up; what came so far stays.</param>
    /// <returns>False when the file is not there.</returns>
    /// <exception cref="Core.UserException">It cannot be read, or is too large.</exception>
    Task<bool> DownloadAsync(Uri address, PartialFile part, Action<long, long?> progress, CancellationToken cancel);
}
