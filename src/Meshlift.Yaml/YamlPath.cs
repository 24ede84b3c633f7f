using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Meshlift.Yaml;

/// <summary>One step of a <see cref="YamlPath"/>. The set is closed.</summary>
public abstract record YamlPathStep
{
    private YamlPathStep() { }

    /// <summary>The value of a key.</summary>
    /// <param name="Name">The key.</param>
    public sealed record Key(string Name) : YamlPathStep;

    /// <summary>An item of a sequence.</summary>
    /// <param name="Position">0-based.</param>
    public sealed record Index(int Position) : YamlPathStep;

    /// <summary>The items of a sequence whose field has a value: <c>[name=discovery]</c>.</summary>
    /// <param name="Field">The key that is compared.</param>
    /// <param name="Value">The value as canonical text.</param>
    public sealed record Match(string Field, string Value) : YamlPathStep;

    /// <summary>Every item of a sequence: <c>[*]</c>.</summary>
    public sealed record Every : YamlPathStep;
}

/// <summary>
/// A place in a document, such as <c>spec.template.spec.containers[name=discovery].env[0]</c>. A key that holds a dot or a bracket is quoted:
/// <c>metadata.annotations["istio.io/rev"]</c>.
/// </summary>
public sealed class YamlPath
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create("[]\"'\\= .|");

    private YamlPath(ImmutableArray<YamlPathStep> steps) => Steps = steps;

    /// <summary>The steps from the root; at least one.</summary>
    public ImmutableArray<YamlPathStep> Steps { get; }

    /// <summary>A path of keys and indices.</summary>
    /// <exception cref="ArgumentException">No step was given.</exception>
    public static YamlPath Of(params ReadOnlySpan<YamlPathStep> steps) =>
        steps.IsEmpty ? throw new ArgumentException("a path has at least one step", nameof(steps)) : new YamlPath([.. steps]);

    /// <summary>A path of keys alone.</summary>
    public static YamlPath Keys(params ReadOnlySpan<string> keys)
    {
        var steps = ImmutableArray.CreateBuilder<YamlPathStep>(keys.Length);
        foreach (var key in keys) steps.Add(new YamlPathStep.Key(key));
        return Of(steps.ToArray());
    }

    /// <summary>The path, one step longer.</summary>
    public YamlPath Then(YamlPathStep step) => new(Steps.Add(step));

    /// <summary>Parses the written form.</summary>
    /// <exception cref="FormatException">The text is not a path; the message says at which character (1-based).</exception>
    public static YamlPath Parse(string text)
    {
        var steps = ImmutableArray.CreateBuilder<YamlPathStep>();
        for (var at = 0; at < text.Length || steps.Count == 0;)
        {
            if (at < text.Length && text[at] == '[')
            {
                var (step, next) = Bracket(text, at);
                steps.Add(step);
                at = next;
            }
            else
            {
                if (steps.Count > 0) at = at < text.Length && text[at] == '.' ? at + 1 : throw Wrong(text, at, "'.' or '['");
                var end = text.AsSpan(at).IndexOfAny('.', '[') is var length and >= 0 ? at + length : text.Length;
                if (end == at) throw Wrong(text, at, "a key");
                steps.Add(new YamlPathStep.Key(text[at..end]));
                at = end;
            }
        }
        return new YamlPath(steps.ToImmutable());
    }

    private static (YamlPathStep Step, int Next) Bracket(string text, int open)
    {
        var at = open + 1;
        if (at < text.Length && text[at] is '"' or '\'')
        {
            var (key, next) = Quoted(text, at);
            return next < text.Length && text[next] == '=' ? Match(text, key, next + 1) : (new YamlPathStep.Key(key), Close(text, next));
        }
        var end = text.AsSpan(at).IndexOfAny(']', '=') is var length and >= 0 ? at + length : throw Wrong(text, text.Length, "']'");
        var word = text[at..end];
        if (text[end] == '=')
        {
            return word.Length == 0 ? throw Wrong(text, at, "a field name") : Match(text, word, end + 1);
        }
        if (word == "*") return (new YamlPathStep.Every(), end + 1);
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (new YamlPathStep.Index(index), end + 1)
            : throw Wrong(text, at, "an index, '*', a quoted key, or field=value");
    }

    private static (YamlPathStep Step, int Next) Match(string text, string field, int at)
    {
        if (at < text.Length && text[at] is '"' or '\'')
        {
            var (value, next) = Quoted(text, at);
            return (new YamlPathStep.Match(field, value), Close(text, next));
        }
        var close = text.IndexOf(']', at) is var found and >= 0 ? found : throw Wrong(text, text.Length, "']'");
        return (new YamlPathStep.Match(field, text[at..close]), close + 1);
    }

    private static (string Value, int Next) Quoted(string text, int open)
    {
        var value = new StringBuilder();
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] == text[open]) return (value.ToString(), at + 1);
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            value.Append(text[at]);
        }
        throw Wrong(text, text.Length, "a closing quote");
    }

    private static int Close(string text, int at) => at < text.Length && text[at] == ']' ? at + 1 : throw Wrong(text, at, "']'");

    private static FormatException Wrong(string text, int at, string expected) => new($"'{text}' is not a path: {expected} is expected at character {at + 1}");

    /// <summary>The written form; <see cref="Parse"/> reads it back.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in Steps)
        {
            _ = step switch
            {
                YamlPathStep.Key(var name) when name.Length > 0 && !name.AsSpan().ContainsAny(NeedQuotes) => text.Append(text.Length == 0 ? "" : ".").Append(name),
                YamlPathStep.Key(var name) => text.Append('[').Append(Quote(name)).Append(']'),
                YamlPathStep.Index(var position) => text.Append(CultureInfo.InvariantCulture, $"[{position}]"),
                YamlPathStep.Match(var field, var value) => text.Append('[').Append(field.Length > 0 ? Plain(field) : Quote(field)).Append('=').Append(Plain(value)).Append(']'),
                _ => text.Append("[*]"),
            };
        }
        return text.ToString();
    }

    private static string Plain(string value) => value.AsSpan().ContainsAny(NeedQuotes) ? Quote(value) : value;

    private static string Quote(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
