using System.Globalization;
using System.Text.Json;
using Meshlift.Adapters.Kubernetes.Transport;
using Meshlift.Core.Kubernetes.Items;

namespace Meshlift.Adapters.Kubernetes.Requests;

/// <summary>Reads a page of a list from the stream, object by object: no more than one object of it is ever held as JSON.</summary>
internal static class PageReader
{
    /// <summary>Reads a page.</summary>
    /// <param name="window">The answer.</param>
    /// <param name="reader">What is kept of each object.</param>
    /// <param name="strings">The texts of the list.</param>
    /// <param name="most">The most objects.</param>
    /// <exception cref="JsonException">It is no list.</exception>
    /// <exception cref="EndOfStreamException">It is only half of one.</exception>
    public static async Task<ListPage<T>> ReadAsync<T>(StreamWindow window, ItemReader<T> reader, StringPool strings, int most)
    {
        var items = new List<T>();
        string version = "", next = "", kind = "";
        if (await window.PeekAsync() is not (byte)'{') throw new JsonException("a list was expected");
        window.Consume(1);
        while (true)
        {
            switch (await window.PeekAsync())
            {
                case (byte)',':
                    window.Consume(1);
                    continue;
                case (byte)'}':
                    window.Consume(1);
                    if (!kind.EndsWith("List", StringComparison.Ordinal)) throw new JsonException($"a list was expected, not '{kind}'");
                    return new ListPage<T>(items, version, next.Length > 0 ? next : null);
                case null:
                    throw new EndOfStreamException("the answer ends in the middle of a list");
                case (byte)'"':
                    break;
                default:
                    throw new JsonException("a name was expected");
            }
            var name = await NameAsync(window);
            if (await window.PeekAsync() is not (byte)':') throw new JsonException("a colon was expected");
            window.Consume(1);
            if (name == "items" && await window.PeekAsync() is (byte)'[')
            {
                await ItemsAsync(window, reader, strings, items, most);
                continue;
            }
            if (await window.PeekAsync() is null) throw new EndOfStreamException("the answer ends in the middle of a list");
            var length = await window.ValueAsync();
            if (name == "kind") kind = new JsonCursor(window.Span[..length]).Text() ?? "";
            else if (name == "metadata") (version, next) = Metadata(window.Span[..length]);
            window.Consume(length);
        }
    }

    private static async Task ItemsAsync<T>(StreamWindow window, ItemReader<T> reader, StringPool strings, List<T> items, int most)
    {
        window.Consume(1);
        while (true)
        {
            switch (await window.PeekAsync())
            {
                case (byte)',':
                    window.Consume(1);
                    continue;
                case (byte)']':
                    window.Consume(1);
                    return;
                case null:
                    throw new EndOfStreamException("the answer ends in the middle of a list");
            }
            var length = await window.ValueAsync();
            if (items.Count == most) throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"the list has more than {most} objects"));
            items.Add(reader(window.Span[..length], strings));
            window.Consume(length);
        }
    }

    private static async Task<string> NameAsync(StreamWindow window)
    {
        var length = await window.ValueAsync();
        var name = new JsonCursor(window.Span[..length]).Text() ?? "";
        window.Consume(length);
        return name;
    }

    private static (string Version, string Next) Metadata(ReadOnlySpan<byte> json)
    {
        string version = "", next = "";
        var cursor = new JsonCursor(json);
        for (cursor.Enter(); cursor.NextMember(out var name);)
        {
            if (name.SequenceEqual("resourceVersion"u8)) version = cursor.Text() ?? "";
            else if (name.SequenceEqual("continue"u8)) next = cursor.Text() ?? "";
            else cursor.Skip();
        }
        return (version, next);
    }
}
