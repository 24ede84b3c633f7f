using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Meshlift.Yaml;

/// <summary>Reads one YAML document into nodes that know where they stand.</summary>
/// <remarks>
/// Strict where Kubernetes' own tools disagree or stay silent: duplicate keys are refused (kubectl keeps the last one), and so are keys that are no
/// scalars, and a merge key that would change a key above it. Anchors, aliases and merge keys are expanded within <see cref="YamlLimits"/>.
/// </remarks>
public sealed partial class YamlReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Parser _parser;
    private readonly string _text;
    private readonly List<(int At, int Length)> _blanks;
    private readonly YamlLimits _limits;
    private readonly int _firstLine;
    private readonly int _skipped;
    private readonly Dictionary<string, (YamlNode Node, int Size)> _anchors = new(StringComparer.Ordinal);
    private Mark? _openBracket;
    private int _nodes;
    private int _aliased;

    private YamlReader(string text, List<(int At, int Length)> blanks, YamlLimits limits, int firstLine)
    {
        _blanks = blanks;
        _limits = limits;
        _firstLine = firstLine;
        _text = text;
        _skipped = text.StartsWith('\uFEFF') ? 1 : 0;
        for (var i = blanks.Count - 1; i >= 0; i--) text = text.Remove(blanks[i].At, blanks[i].Length);
        _parser = new Parser(new Scanner(new StringReader(_skipped == 0 ? text : text[1..]), skipComments: true));
    }

    /// <summary>Reads the one document of a UTF-8 text.</summary>
    /// <param name="utf8">The bytes of one document, with or without markers and a byte order mark.</param>
    /// <param name="limits">What the document may cost; <see cref="YamlLimits.Default"/> when null.</param>
    /// <param name="firstLine">The line at which the document starts in its stream, for positions.</param>
    /// <returns>The root, or null when the document is empty.</returns>
    /// <exception cref="YamlSyntaxException">The bytes are not UTF-8, not YAML, not acceptable, or more than one document.</exception>
    public static YamlNode? Read(ReadOnlySpan<byte> utf8, YamlLimits? limits = null, int firstLine = 1)
    {
        string text;
        try
        {
            text = StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            var before = Encoding.UTF8.GetString(utf8[..Math.Max(0, e.Index)]);
            throw new YamlSyntaxException("the text is not UTF-8", PositionAt(before, before.Length, firstLine), "save the file as UTF-8", e);
        }
        return Read(text, limits, firstLine);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, YamlLimits?, int)"/>
    /// <param name="text">The text of one document.</param>
    /// <param name="limits">What the document may cost; <see cref="YamlLimits.Default"/> when null.</param>
    /// <param name="firstLine">The line at which the document starts in its stream, for positions.</param>
    public static YamlNode? Read(string text, YamlLimits? limits = null, int firstLine = 1)
    {
        // The parser would take NUL for the end of the text, and let the others through, which Kubernetes refuses.
        if (ScalarForm.IndexOfUnprintable(text) is var at and >= 0)
            throw new YamlSyntaxException($"the character U+{(int)text[at]:X4} may not stand in YAML", PositionAt(text, at, firstLine), "remove it, or write it as an escape in double quotes");
        var blanks = new List<(int At, int Length)>();
        while (true)
        {
            try
            {
                return new YamlReader(text, blanks, limits ?? YamlLimits.Default, firstLine).Document();
            }
            catch (YamlSyntaxException e) when (e.InnerException is SemanticErrorException { Message: var why } && why.EndsWith("extra spaces in first line.", StringComparison.Ordinal) && HideBlanks(text, e.Position.Offset, blanks))
            {
                // Read again without the blanks.
            }
        }
    }

    /// <summary>
    /// YamlDotNet 16.3 refuses a literal block that begins with a line of blanks, which templates often leave behind and every other reader takes for an
    /// empty line. Such blanks are kept from it.
    /// </summary>
    private static bool HideBlanks(string text, int content, List<(int At, int Length)> blanks)
    {
        const int most = 100; // each costs a reading of the document
        var indent = text.AsSpan(content).IndexOfAnyExcept(' ');
        var found = new List<(int At, int Length)>();
        for (var end = content; end > 0;)
        {
            var line = text.LastIndexOf('\n', Math.Max(0, end - 2)) + 1;
            var length = text.AsSpan(line..end).TrimEnd("\r\n").Length;
            if (text.AsSpan(line, length).ContainsAnyExcept(' ')) break;
            if (length > indent) return false;
            if (length > 0) found.Add((line, length));
            end = line;
        }
        blanks.AddRange(found);
        blanks.Sort();
        return found.Count > 0 && blanks.Count <= most;
    }

    private YamlNode? Document()
    {
        try
        {
            _parser.Consume<StreamStart>();
            if (_parser.TryConsume<StreamEnd>(out _)) return null;
            var start = _parser.Consume<DocumentStart>();
            var root = _parser.Current is YamlDotNet.Core.Events.Scalar { Value: "", Style: YamlDotNet.Core.ScalarStyle.Plain, Tag.IsEmpty: true, Anchor.IsEmpty: true } && start.Start.Index >= 0
                ? Nothing()
                : Node(0);
            _parser.Consume<DocumentEnd>();
            if (_parser.Current is DocumentStart second)
                throw new YamlSyntaxException("there is more than one document", Position(second.Start), "put each document into a file of its own");
            return root;
        }
        catch (YamlException e)
        {
            throw new YamlSyntaxException(Reason(e), Place(e), "correct the YAML; a text with ': ' or '#' in it needs quotes, and tabs cannot indent", e);
        }
        // YamlDotNet 16.3 loses its state, rather than saying what is wrong, at a block entry within brackets that were not closed.
        catch (InvalidOperationException e)
        {
            throw new YamlSyntaxException("a '[' or '{' is not closed", Position(_openBracket ?? _parser.Current?.Start ?? Mark.Empty), "close it, or put the text that begins with it into quotes", e);
        }
        // YamlDotNet 16.3 takes an escape such as \UFFFFFFFF and the tag !<> for granted.
        catch (ArgumentException e)
        {
            throw new YamlSyntaxException("an escape or a tag stands for nothing", Position(_parser.Current?.End ?? Mark.Empty), "look for a \\U or a ! behind this place", e);
        }
    }

    private YamlScalar? Nothing()
    {
        _parser.MoveNext();
        return null;
    }

    private YamlNode Node(int depth)
    {
        if (depth > _limits.Depth) throw TooLarge($"values are nested deeper than {_limits.Depth}");
        if (++_nodes > _limits.Nodes) throw TooLarge($"the document holds more than {_limits.Nodes} values");
        var before = _nodes;
        var current = _parser.Current!;
        YamlNode node;
        switch (current)
        {
            case YamlDotNet.Core.Events.Scalar scalar:
                _parser.MoveNext();
                node = Scalar(scalar);
                break;
            case MappingStart start:
                _parser.MoveNext();
                node = Mapping(start, depth);
                break;
            case SequenceStart start:
                _parser.MoveNext();
                node = Sequence(start, depth);
                break;
            case AnchorAlias alias:
                _parser.MoveNext();
                return Alias(alias);
            default:
                throw new YamlSyntaxException("a value is expected here", Position(current.Start), "correct the YAML");
        }
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored) _anchors[anchored.Anchor.Value] = (node, 1 + _nodes - before);
        return node;
    }

    private YamlScalar Scalar(YamlDotNet.Core.Events.Scalar scalar)
    {
        var style = scalar.Style switch
        {
            YamlDotNet.Core.ScalarStyle.SingleQuoted => ScalarStyle.SingleQuoted,
            YamlDotNet.Core.ScalarStyle.DoubleQuoted => ScalarStyle.DoubleQuoted,
            YamlDotNet.Core.ScalarStyle.Literal => ScalarStyle.Literal,
            YamlDotNet.Core.ScalarStyle.Folded => ScalarStyle.Folded,
            _ => ScalarStyle.Plain,
        };
        var span = Span(scalar);
        if (scalar.Tag.IsEmpty)
        {
            var (kind, value) = style == ScalarStyle.Plain ? PlainScalar.Resolve(scalar.Value) : (ScalarKind.String, scalar.Value);
            return new YamlScalar(value, kind, style, span, isAlias: false);
        }
        var tagged = Tagged(scalar);
        return new YamlScalar(tagged.Value, tagged.Kind, style, span, isAlias: false);
    }

    /// <summary>The tags of YAML's core say what a text is; any other tag says that it is a text.</summary>
    private (ScalarKind Kind, string Value) Tagged(YamlDotNet.Core.Events.Scalar scalar)
    {
        ScalarKind[]? wanted = (scalar.Tag.IsNonSpecific ? "" : scalar.Tag.Value) switch
        {
            "tag:yaml.org,2002:int" => [ScalarKind.Integer],
            "tag:yaml.org,2002:float" => [ScalarKind.Float, ScalarKind.Integer],
            "tag:yaml.org,2002:bool" => [ScalarKind.Boolean],
            "tag:yaml.org,2002:null" => [ScalarKind.Null],
            "tag:yaml.org,2002:binary" => [],
            _ => null,
        };
        if (wanted is null) return (ScalarKind.String, scalar.Value);
        var resolved = PlainScalar.Resolve(scalar.Value);
        return wanted.Contains(resolved.Kind)
            ? resolved
            : throw new YamlSyntaxException($"'{Short(scalar.Value)}' is not a value of the tag {scalar.Tag.Value}", Position(scalar.Start), "remove the tag, or write the value in its form");
    }

    private YamlMapping Mapping(MappingStart start, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        (YamlNode Value, SourcePosition Place, int Before)? merge = null;
        Dictionary<string, int>? seen = null;
        var first = Position(_parser.Current!.Start);
        var last = Position(start.End);
        var isFlow = start.Style == MappingStyle.Flow;
        var outer = _openBracket;
        if (isFlow) _openBracket = start.Start;
        while (_parser.Current is not MappingEnd)
        {
            if (_parser.Current is not YamlDotNet.Core.Events.Scalar key)
            {
                if (_parser.Current is AnchorAlias) throw new YamlSyntaxException("a key cannot be an alias", Position(_parser.Current.Start), "write the key out");
                throw new YamlSyntaxException("a key must be a single value", Position(_parser.Current!.Start), "a text that begins with '{' or '[' needs quotes");
            }
            _parser.MoveNext();
            if (!key.Anchor.IsEmpty) throw new YamlSyntaxException("a key cannot carry an anchor", Position(key.Start), "remove the anchor");
            if (key.Value == "<<" && key.Style == YamlDotNet.Core.ScalarStyle.Plain)
            {
                var place = Position(key.Start);
                if (merge is { } other)
                    throw new YamlSyntaxException($"the key '<<' stands twice, first at {other.Place}", place, "write one <<: [*first, *second]; readers disagree on which one counts");
                var source = Node(depth + 1);
                last = source.Span!.Value.End;
                merge = (source, place, entries.Count);
                continue;
            }
            var name = Scalar(key);
            if (name.Kind == ScalarKind.Null) throw new YamlSyntaxException("a key is missing", Position(key.Start), "write a key before the ':'");
            // kubectl rounds such a key to 32 bits, kustomize keeps its text.
            if (name.Kind == ScalarKind.Float) throw new YamlSyntaxException($"the key '{Short(key.Value)}' is a number with a fraction or an exponent", Position(key.Start), "put it into quotes");
            var span = name.Span!.Value;
            var earlier = Find(entries, ref seen, name.Value);
            if (earlier >= 0)
                throw new YamlSyntaxException($"the key '{Short(name.Value)}' stands twice, first at {entries[earlier].KeySpan!.Value.Start}", span.Start, "remove one of the two; readers disagree on which one counts");
            var value = Node(depth + 1);
            last = value.Span!.Value.End;
            entries.Add(new YamlEntry(name.Value, value, span));
            seen?.Add(name.Value, entries.Count - 1);
        }
        var end = _parser.Consume<MappingEnd>();
        _openBracket = outer;
        if (merge is { } found) Merge(entries, found.Value, found.Place, found.Before);
        // The one pair of "[key: value]" has no braces, and the parser gives it no place.
        if (isFlow && _text[Position(end.Start).Offset] != '}') return new YamlMapping(entries.ToImmutable(), isFlow, new SourceSpan(first, last), isAlias: false);
        return new YamlMapping(entries.DrainToImmutable(), isFlow, new SourceSpan(Position(start.Start), isFlow ? BehindBracket(end) : last), isAlias: false);
    }

    private static int Find(ImmutableArray<YamlEntry>.Builder entries, ref Dictionary<string, int>? seen, string key)
    {
        const int few = 12;
        if (entries.Count < few)
        {
            for (var i = 0; i < entries.Count; i++)
                if (entries[i].Key == key)
                    return i;
            return -1;
        }
        if (seen is null)
        {
            seen = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < entries.Count; i++) seen.Add(entries[i].Key, i);
        }
        return seen.TryGetValue(key, out var index) ? index : -1;
    }

    /// <summary>Adds what a merge key brings: a key that stands in the mapping itself wins, then the earlier source (yaml.org/type/merge).</summary>
    /// <remarks>To kubectl only a key behind the merge key wins, to kustomize any, so one that stands before it must have the same value.</remarks>
    private void Merge(ImmutableArray<YamlEntry>.Builder entries, YamlNode value, SourcePosition place, int before)
    {
        var keys = entries.Select((entry, i) => (entry.Key, i)).ToDictionary(entry => entry.Key, entry => entry.i, StringComparer.Ordinal);
        foreach (var source in value is YamlSequence many ? many.Items : [value])
        {
            if (source is not YamlMapping mapping)
                throw new YamlSyntaxException("a merge key needs a mapping, or a sequence of mappings", place, "refer to a mapping with *name");
            foreach (var entry in mapping.Entries)
            {
                if (keys.TryAdd(entry.Key, entries.Count))
                {
                    if (++_aliased > _limits.AliasedNodes) throw TooLarge($"aliases expand to more than {_limits.AliasedNodes} values");
                    entries.Add(entry with { KeySpan = null });
                }
                else if (keys[entry.Key] is var own && own < before)
                {
                    if (!YamlEquality.Instance.Equals(entries[own].Value, entry.Value))
                    {
                        throw new YamlSyntaxException($"the key '{Short(entry.Key)}' stands before the merge key at {place} that brings it too", entries[own].KeySpan!.Value.Start,
                            "move the << line to the top of its mapping; readers disagree on which value counts");
                    }
                    keys[entry.Key] = before;
                }
            }
        }
    }

    private YamlSequence Sequence(SequenceStart start, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        var isFlow = start.Style == SequenceStyle.Flow;
        var outer = _openBracket;
        if (isFlow) _openBracket = start.Start;
        while (_parser.Current is not SequenceEnd) items.Add(Node(depth + 1));
        var end = _parser.Consume<SequenceEnd>();
        _openBracket = outer;
        var last = isFlow ? BehindBracket(end) : items.Count == 0 ? Position(start.End) : items[^1].Span!.Value.End;
        return new YamlSequence(items.DrainToImmutable(), isFlow, new SourceSpan(Position(start.Start), last), isAlias: false);
    }

    /// <summary>A block collection ends where its last value does; one in brackets behind the bracket, which the parser's mark stands before.</summary>
    private SourcePosition BehindBracket(ParsingEvent end)
    {
        var bracket = Position(end.Start);
        return bracket with { Offset = bracket.Offset + 1, Column = bracket.Column + 1 };
    }

    private YamlNode Alias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var anchor))
            throw new YamlSyntaxException($"*{alias.Value.Value} refers to no anchor that is complete above it", Position(alias.Start), "define &name before *name, and not around it");
        _aliased += anchor.Size;
        _nodes += anchor.Size - 1;
        if (_aliased > _limits.AliasedNodes) throw TooLarge($"aliases expand to more than {_limits.AliasedNodes} values");
        var span = Span(alias);
        return anchor.Node switch
        {
            YamlScalar scalar => new YamlScalar(scalar.Value, scalar.Kind, scalar.Style, span, isAlias: true),
            YamlMapping mapping => new YamlMapping(mapping.Entries, mapping.IsFlow, span, isAlias: true),
            _ => new YamlSequence(((YamlSequence)anchor.Node).Items, ((YamlSequence)anchor.Node).IsFlow, span, isAlias: true),
        };
    }

    private YamlSyntaxException TooLarge(string what) => new(what, Position(_parser.Current!.Start), "split the document; this is a guard against documents made to exhaust the reader");

    private SourceSpan Span(ParsingEvent at) => new(Position(at.Start), Position(at.End));

    // An editor does not show the byte order mark, so it counts in the offset alone.
    private SourcePosition Position(Mark mark)
    {
        var offset = (int)mark.Index + _skipped;
        foreach (var (at, length) in _blanks)
            if (at < offset)
                offset += length;
        return new SourcePosition(offset, (int)mark.Line + _firstLine - 1, (int)mark.Column);
    }

    /// <summary>Where to look: the parser names the value it was reading, which of a tab may be lines above, and of a text that ends too soon beyond the end.</summary>
    private SourcePosition Place(YamlException e)
    {
        var at = Math.Min(Position(e.Start).Offset, _text.Length);
        if (e.Message.Contains(" tab ", StringComparison.Ordinal) && TabbedIndentation().Match(_text, at) is { Success: true } tab) at = tab.Index + tab.Length;
        return PositionAt(_text, at, _firstLine);
    }

    private static SourcePosition PositionAt(string text, int offset, int firstLine)
    {
        var before = text.AsSpan(0, offset);
        var lineStart = Math.Max(before.LastIndexOf('\n') + 1, before.StartsWith('\uFEFF') ? 1 : 0);
        return new SourcePosition(offset, firstLine + before.Count('\n'), offset - lineStart + 1);
    }

    [GeneratedRegex(@"\n *(?=\t)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TabbedIndentation();

    /// <summary>The parser's reason without the positions it puts in front.</summary>
    private static string Reason(YamlException e)
    {
        var text = (e.InnerException as YamlException ?? e).Message;
        var cut = text.StartsWith("(Line:", StringComparison.Ordinal) ? text.IndexOf("): ", StringComparison.Ordinal) : -1;
        text = (cut < 0 ? text : text[(cut + 3)..]).TrimEnd('.', ' ');
        return text.Length == 0 ? "this is not YAML" : char.ToLowerInvariant(text[0]) + text[1..];
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
