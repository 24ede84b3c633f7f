using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Knowledge;

namespace Meshlift.Adapters.Knowledge;

/// <summary>Knowledge that was fetched.</summary>
/// <param name="Known">What it says.</param>
/// <param name="FetchedAt">When it was fetched.</param>
public sealed record CachedKnowledge(ReleaseKnowledge Known, DateTimeOffset FetchedAt);

/// <summary>The knowledge that was fetched last, for each address, in the user's cache. A reader sees a whole file or none.</summary>
/// <param name="cacheFolder">The user's cache folder; Meshlift's files go into <c>meshlift/knowledge</c> in it.</param>
public sealed class KnowledgeCache(string cacheFolder)
{
    // A file that was fetched, and the line around it.
    private const int Largest = KnowledgeFetcher.Largest + (1 << 10);

    /// <summary>What was fetched from an address; null when nothing was.</summary>
    /// <exception cref="UserException">It is damaged, or cannot be read.</exception>
    public CachedKnowledge? Read(Uri address)
    {
        var path = PathOf(address);
        if (!File.Exists(path)) return null;
        try
        {
            using var json = JsonDocument.Parse(BoundedFile.Read(path, Largest));
            var fetched = json.RootElement.GetProperty("fetchedAt").GetDateTimeOffset();
            return new CachedKnowledge(ReleaseKnowledge.Read(Encoding.UTF8.GetBytes(json.RootElement.GetProperty("knowledge").GetRawText())), fetched);
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UserException(ErrorKind.Environment, $"{path} is damaged: {e.Message}", "run 'meshlift versions --update'", e);
        }
    }

    /// <summary>Keeps what was fetched, in the place of what was there.</summary>
    /// <param name="address">Where it came from.</param>
    /// <param name="content">What came.</param>
    /// <param name="now">When.</param>
    /// <exception cref="UserException">The file system refused; what was there stands.</exception>
    public void Keep(Uri address, KnowledgeFileContent content, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("fetchedAt", now.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
            json.WritePropertyName("knowledge");
            // As it came, so that a newer Meshlift finds what this one does not know.
            var utf8 = content.Utf8.AsSpan();
            json.WriteRawValue(utf8.StartsWith("\uFEFF"u8) ? utf8["\uFEFF"u8.Length..] : utf8);
            json.WriteEndObject();
        }
        var path = PathOf(address);
        // Two updates at once must not write one file.
        var temporary = $"{path}.{Guid.NewGuid():N}";
        BoundedFile.Write(temporary, buffer.WrittenMemory);
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (FileFailure.IsExpected(e))
        {
            File.Delete(temporary);
            throw FileFailure.Of(e, "write", path);
        }
    }

    private string PathOf(Uri address) =>
        Path.Combine(Path.GetFullPath(cacheFolder), "meshlift", "knowledge", $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri)))}.json");
}
