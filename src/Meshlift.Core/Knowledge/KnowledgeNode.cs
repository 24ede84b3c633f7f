using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Knowledge;

/// <summary>A value of <c>versions.json</c> with its place in the file, for messages.</summary>
internal readonly record struct KnowledgeNode(JsonElement Json, string Path)
{
    private const int LongestText = 1000;
    private const int MostItems = 10_000;
    private const int LargestMinor = 10_000;

    /// <summary>A member that must be there.</summary>
    public KnowledgeNode this[string name] => Optional(name) ?? throw Wrong($"'{name}' is missing");

    /// <summary>A member; null when it is not there.</summary>
    public KnowledgeNode? Optional(string name)
    {
        if (Json.ValueKind != JsonValueKind.Object) throw Wrong("an object is needed");
        return Json.TryGetProperty(name, out var member) ? new KnowledgeNode(member, Path.Length == 0 ? name : $"{Path}.{name}") : null;
    }

    /// <summary>The members of an object.</summary>
    public IEnumerable<(string Name, KnowledgeNode Value)> Members()
    {
        if (Json.ValueKind != JsonValueKind.Object) throw Wrong("an object is needed");
        var path = Path;
        return Json.EnumerateObject().Take(MostItems).Select(member => (member.Name, new KnowledgeNode(member.Value, $"{path}.{member.Name}")));
    }

    /// <summary>The items of a list.</summary>
    public ImmutableArray<T> Each<T>(Func<KnowledgeNode, T> read)
    {
        if (Json.ValueKind != JsonValueKind.Array) throw Wrong("a list is needed");
        if (Json.GetArrayLength() > MostItems) throw Wrong("the list is too long");
        var items = ImmutableArray.CreateBuilder<T>(Json.GetArrayLength());
        foreach (var item in Json.EnumerateArray()) items.Add(read(new KnowledgeNode(item, string.Create(CultureInfo.InvariantCulture, $"{Path}[{items.Count}]"))));
        return items.DrainToImmutable();
    }

    /// <summary>A text that is not empty and has no control characters: it goes to terminals.</summary>
    public string Text()
    {
        if (Json.ValueKind != JsonValueKind.String) throw Wrong("a text is needed");
        try
        {
            var text = Json.GetString()!;
            return text.Length is 0 or > LongestText || text.Any(char.IsControl) ? throw Wrong("a text of one line is needed") : text;
        }
        catch (InvalidOperationException)
        {
            throw Wrong("the text is no Unicode"); // half of a surrogate pair
        }
    }

    /// <summary>A whole number.</summary>
    public int Int() => Json.ValueKind == JsonValueKind.Number && Json.TryGetInt32(out var number) ? number : throw Wrong("a whole number is needed");

    /// <summary>Yes or no.</summary>
    public bool Flag() => Json.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => throw Wrong("true or false is needed") };

    /// <summary>A day such as <c>2026-10-01</c>.</summary>
    public DateOnly Day() => DateOnly.TryParseExact(Text(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw Wrong("a day such as 2026-10-01 is needed");

    /// <summary>The second number of <c>1.30</c>.</summary>
    public int Minor() => Text() is var text && text.StartsWith("1.", StringComparison.Ordinal) && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var minor) && minor <= LargestMinor
        ? minor : throw Wrong("a minor such as 1.30 is needed");

    /// <summary>A version.</summary>
    public IstioVersion Version() => VersionNamed(Text());

    /// <summary>A version that stands in a name.</summary>
    public IstioVersion VersionNamed(string text) => IstioVersion.TryParse(text, out var version) ? version : throw Wrong("a version such as 1.30.3 is needed");

    /// <summary>A range of versions.</summary>
    public VersionRange Range()
    {
        try
        {
            return VersionRange.Parse(Text());
        }
        catch (UserException e)
        {
            throw Wrong(e.Message);
        }
    }

    /// <summary>A range of Kubernetes versions.</summary>
    public KubernetesRange Kubernetes()
    {
        try
        {
            return KubernetesRange.Parse(Text());
        }
        catch (FormatException e) when (!e.Message.StartsWith(Path, StringComparison.Ordinal))
        {
            throw Wrong(e.Message);
        }
    }

    /// <summary>One of the names of an enumeration.</summary>
    public T Choice<T>() where T : struct, Enum
    {
        var text = Text();
        foreach (var value in Enum.GetValues<T>())
            if (text.Equals(value.ToString(), StringComparison.OrdinalIgnoreCase)) return value;
        throw Wrong($"one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()} is needed");
    }

    private FormatException Wrong(string what) => new(Path.Length == 0 ? what : $"{Path}: {what}");
}
