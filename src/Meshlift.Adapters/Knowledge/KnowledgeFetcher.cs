using System.Globalization;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Knowledge;

namespace Meshlift.Adapters.Knowledge;

/// <summary>Knowledge about releases, as it came.</summary>
/// <param name="Known">What it says.</param>
/// <param name="Utf8">The file.</param>
public sealed record KnowledgeFileContent(ReleaseKnowledge Known, byte[] Utf8);

/// <summary>Brings in knowledge about releases, from a web server or a file; bounded in size and time, and read by the same reader as what is built in.</summary>
/// <param name="http">From <see cref="ReleaseWeb.Client"/>.</param>
/// <param name="time">The clock of pauses and limits.</param>
public sealed class KnowledgeFetcher(HttpClient http, TimeProvider time)
{
    /// <summary>The largest file, in bytes; the one that is built in has about 20 KB.</summary>
    public const int Largest = 4 << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Fetches knowledge.</summary>
    /// <param name="address">Where it lies: https, http or file.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">It is not there, cannot be reached, is too large, or is something else.</exception>
    public async Task<KnowledgeFileContent> FetchAsync(Uri address, CancellationToken cancel)
    {
        var shown = WebPlace.Shown(address);
        IReleasePlace place = address.IsFile ? new FolderPlace() : new WebPlace(http, time, "name a file of the repository in spec.istio.knowledge");
        using var limit = new CancellationTokenSource(Longest, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            var utf8 = await place.ReadAsync(address, Largest, mayBePage: false, stop.Token)
                ?? throw new UserException(ErrorKind.Environment, $"{shown} is not there", "check spec.istio.knowledge");
            return Of(utf8, shown, ErrorKind.Environment);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new UserException(ErrorKind.Environment, string.Create(CultureInfo.InvariantCulture, $"{shown} was not there within {Longest.TotalMinutes} minutes"), "name a place that is nearer in spec.istio.knowledge");
        }
    }

    /// <summary>Reads knowledge from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shownAs">What messages call it.</param>
    /// <exception cref="UserException">It is not there, is too large, or is something else.</exception>
    public static KnowledgeFileContent Read(string path, string shownAs) => File.Exists(path)
        ? Of(BoundedFile.Read(path, Largest), shownAs, ErrorKind.Input)
        : throw new UserException(ErrorKind.Input, $"there is no {shownAs}", "correct spec.istio.knowledge; 'meshlift versions --print-knowledge' prints a file to begin with");

    private static KnowledgeFileContent Of(byte[] utf8, string shown, ErrorKind kind)
    {
        try
        {
            return new KnowledgeFileContent(ReleaseKnowledge.Read(utf8), utf8);
        }
        catch (FormatException e)
        {
            throw new UserException(kind, $"{shown} is no knowledge about releases: {e.Message}", "its form is that of schemas/knowledge.schema.json; nothing of it is used", e);
        }
    }
}
