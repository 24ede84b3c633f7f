using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core.Configuration;

namespace Meshlift.Core.Enrolment;

/// <summary>A <c>CODEOWNERS</c> file: who owns which files of a repository.</summary>
public sealed class CodeOwnersFile
{
    // Beyond it GitHub does not read the file at all.
    private const int Largest = 3 << 20;
    private const int MostLines = 50_000;
    private const int LongestLine = 4096;

    private readonly ImmutableArray<Section> _sections;
    private readonly OwnersDialect _dialect;

    private CodeOwnersFile(ImmutableArray<Section> sections, OwnersDialect dialect, ImmutableArray<string> problems) => (_sections, _dialect, Problems) = (sections, dialect, problems);

    /// <summary>A repository without such a file: nobody owns anything.</summary>
    public static CodeOwnersFile None { get; } = new([], OwnersDialect.GitHub, []);

    /// <summary>Lines that are passed over, as the forge does, each as <c>file:line: why</c>.</summary>
    public ImmutableArray<string> Problems { get; }

    /// <summary>Where a forge looks for the file, in its order; the first that is there counts.</summary>
    public static ImmutableArray<string> PathsOf(OwnersDialect dialect) => dialect switch
    {
        OwnersDialect.GitLab => ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
        OwnersDialect.Gitea => ["CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS"],
        _ => [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
    };

    /// <summary>Whose reading counts on a forge; the local one reads as GitHub does.</summary>
    public static OwnersDialect DialectOf(ForgeKind forge) => forge switch
    {
        ForgeKind.GitLab => OwnersDialect.GitLab,
        ForgeKind.Gitea or ForgeKind.Forgejo => OwnersDialect.Gitea,
        _ => OwnersDialect.GitHub,
    };

    /// <summary>Reads a file. A line that is wrong is passed over and told.</summary>
    /// <param name="utf8">The file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="dialect">Who reads it.</param>
    public static CodeOwnersFile Read(ReadOnlySpan<byte> utf8, string name, OwnersDialect dialect)
    {
        if (utf8.Length > Largest) return new CodeOwnersFile([], dialect, [$"{name}: larger than {Largest >> 20} MiB, so the forge does not read it"]);
        var problems = ImmutableArray.CreateBuilder<string>();
        var sections = new List<(string Name, ImmutableArray<string> Owners, ImmutableArray<OwnedPattern>.Builder Patterns)> { ("", [], ImmutableArray.CreateBuilder<OwnedPattern>()) };
        var (number, current) = (0, 0);
        foreach (var line in Encoding.UTF8.GetString(utf8).TrimStart('\uFEFF').AsSpan().EnumerateLines())
        {
            number++;
            if (number > MostLines || line.Length > LongestLine)
            {
                Tell(number > MostLines ? $"more than {MostLines} lines" : "the line is too long");
                if (number > MostLines) break;
                continue;
            }
            var words = Words(line.ToString());
            if (words.Count == 0) continue;
            if (dialect == OwnersDialect.GitLab && words[0] is ['[', ..] or ['^', '[', ..])
            {
                if (Heading(line.ToString()) is not { } heading) Tell("a section is written [Name], with or without '^' before and [number] behind it");
                // Sections of one name are one, whatever its capitals (GitLab).
                else if ((current = sections.FindIndex(known => known.Name.Equals(heading.Name, StringComparison.OrdinalIgnoreCase))) < 0)
                {
                    current = sections.Count;
                    sections.Add((heading.Name, heading.Owners, ImmutableArray.CreateBuilder<OwnedPattern>()));
                }
                current = Math.Max(current, 0);
                continue;
            }
            if (OwnerPattern.Read(words[0], dialect, out var problem) is not { } pattern)
            {
                Tell($"{Quoted.Text(words[0])} is no pattern: {problem}");
                continue;
            }
            var owners = words[1..];
            // GitHub skips a line with an owner that is none; GitLab skips the owner.
            if (owners.Find(owner => !IsOwner(owner)) is { } wrong)
            {
                Tell($"{Quoted.Text(wrong)} is no owner: a user or a team begins with '@', anything else is an e-mail address");
                if (dialect != OwnersDialect.GitLab) continue;
                owners.RemoveAll(owner => !IsOwner(owner));
            }
            sections[current].Patterns.Add(new OwnedPattern(pattern, owners.Count == 0 ? sections[current].Owners : [.. owners]));
        }
        return new CodeOwnersFile([.. sections.Select(section => new Section(section.Patterns.ToImmutable()))], dialect, problems.ToImmutable());

        void Tell(string what) => problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name}:{number}: {what}"));
    }

    /// <summary>The owners of a file, in the order of the file; empty when it has none.</summary>
    /// <param name="path">From the root, with '/' between its parts.</param>
    public ImmutableArray<string> OwnersOf(string path)
    {
        var owners = new List<string>();
        foreach (var section in _sections)
        {
            var matching = section.Patterns.Where(one => one.Pattern.Matches(path)).ToList();
            if (_dialect == OwnersDialect.Gitea) owners.AddRange(matching.Where(one => !one.Pattern.IsNegated).SelectMany(one => one.Owners));
            // An exclusion cannot be undone below it (GitLab).
            else if (matching.Count > 0 && !matching.Exists(one => one.Pattern.IsNegated)) owners.AddRange(matching[^1].Owners);
        }
        return [.. owners.Distinct(StringComparer.Ordinal)];
    }

    private static bool IsOwner(string text) => text.Length > 1 && (text[0] == '@' || text.IndexOf('@', StringComparison.Ordinal) is var at and > 0 && at < text.Length - 1);

    /// <summary>The words of a line; a blank behind a backslash belongs to its word, and a '#' at the start of a word begins a comment.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (var i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || line[i] is ' ' or '\t')
            {
                if (word.Length > 0) words.Add(word.ToString());
                word.Clear();
            }
            else if (line[i] == '#' && word.Length == 0) break;
            else if (line[i] == '\\' && i + 1 < line.Length && line[i + 1] is ' ' or '#') word.Append(line[++i]);
            else word.Append(line[i]);
        }
        return words;
    }

    /// <summary>A section's heading, <c>^[Name][2] @owners</c>: an optional section and the number of approvals ask for reviews, not for other owners.</summary>
    private static (string Name, ImmutableArray<string> Owners)? Heading(string line)
    {
        var text = line.Trim().TrimStart('^');
        var close = text.IndexOf(']', StringComparison.Ordinal);
        if (close < 2) return null;
        var behind = text[(close + 1)..];
        if (behind.StartsWith('['))
        {
            var end = behind.IndexOf(']', StringComparison.Ordinal);
            if (end < 2 || !int.TryParse(behind.AsSpan(1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)) return null;
            behind = behind[(end + 1)..];
        }
        return (text[1..close], [.. Words(behind).Where(IsOwner)]);
    }

    private sealed record Section(ImmutableArray<OwnedPattern> Patterns);

    private sealed record OwnedPattern(OwnerPattern Pattern, ImmutableArray<string> Owners);
}
