using System.Collections.Immutable;
using System.Text;

namespace Meshlift.Core.Commits;

/// <summary>What a commit of Meshlift says: a subject, a body, and trailers by which a later run recognises its own work.</summary>
/// <remarks>A message with at least one trailer is read back by <see cref="Parse"/> as it was written.</remarks>
public sealed class CommitMessage
{
    /// <summary>The longest subject, in characters: what Git's own tools and the forges show uncut.</summary>
    public const int LongestSubject = 71;

    private const string VersionKey = "Meshlift-Version";
    private const string RevisionKey = "Meshlift-Revision";
    private const string ClusterKey = "Meshlift-Cluster";
    private const string StepKey = "Meshlift-Step";

    private CommitMessage(string subject, string body, ImmutableArray<Trailer> trailers) => (Subject, Body, Trailers) = (subject, body, trailers);

    /// <summary>The first line; never blank, at most <see cref="LongestSubject"/> characters when Meshlift wrote it.</summary>
    public string Subject { get; }

    /// <summary>The text between subject and trailers, lines separated by <c>\n</c>; empty when there is none.</summary>
    public string Body { get; }

    /// <summary>The trailers in their order; empty for most commits that people write.</summary>
    public ImmutableArray<Trailer> Trailers { get; }

    /// <summary>The Istio version the commit is about; null when it does not say.</summary>
    public string? Version => Values(VersionKey).FirstOrDefault();

    /// <summary>The revision the commit is about; null when it does not say.</summary>
    public string? Revision => Values(RevisionKey).FirstOrDefault();

    /// <summary>The clusters that the commit changes, in their order; empty when it does not say.</summary>
    public ImmutableArray<string> Clusters => [.. Values(ClusterKey)];

    /// <summary>The step that the commit carries out. Null: the commit is not Meshlift's.</summary>
    public string? Step => Values(StepKey).FirstOrDefault();

    /// <summary>The message of a step.</summary>
    /// <param name="summary">What the commit does, imperative. When it is too long for a subject, the subject is cut and the body begins with all of it.</param>
    /// <param name="body">The why, as paragraphs; may be empty.</param>
    /// <param name="step">The step's name, such as <c>render</c>; never blank, since it is what marks a commit as Meshlift's.</param>
    /// <param name="version">The Istio version, if the step has one.</param>
    /// <param name="revision">The revision, if the step has one.</param>
    /// <param name="clusters">The clusters that the commit changes.</param>
    /// <exception cref="ArgumentException">The summary or the step is blank.</exception>
    public static CommitMessage Create(
        string summary, string body, string step, string? version = null, string? revision = null, params ReadOnlySpan<string> clusters)
    {
        var subject = OneLine(summary);
        if (subject.Length == 0) throw new ArgumentException("a commit has a subject", nameof(summary));
        var text = Normalize(body);
        if (subject.Length > LongestSubject)
        {
            text = text.Length == 0 ? subject : $"{subject}\n\n{text}";
            subject = Shorten(subject);
        }
        var trailers = ImmutableArray.CreateBuilder<Trailer>();
        if (version is not null) trailers.Add(new Trailer(VersionKey, version));
        if (revision is not null) trailers.Add(new Trailer(RevisionKey, revision));
        foreach (var cluster in clusters) trailers.Add(new Trailer(ClusterKey, cluster));
        trailers.Add(new Trailer(StepKey, step));
        return new CommitMessage(subject, text, trailers.ToImmutable());
    }

    /// <summary>Reads any commit message, by the rules of git-interpret-trailers(1).</summary>
    public static CommitMessage Parse(string text)
    {
        var unix = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        var (start, trailers) = TrailerBlock.Find(unix);
        var rest = unix[..start].Trim('\n');
        // Git joins the lines of the first paragraph into the subject.
        var end = rest.IndexOf("\n\n", StringComparison.Ordinal);
        return new CommitMessage(OneLine(end < 0 ? rest : rest[..end]), end < 0 ? "" : rest[end..].Trim('\n'), trailers);
    }

    /// <summary>The message as Git stores it, with one line break at its end.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Subject).Append('\n');
        if (Body.Length > 0) text.Append('\n').Append(Body).Append('\n');
        if (Trailers.Length > 0) text.Append('\n');
        foreach (var trailer in Trailers) text.Append(trailer).Append('\n');
        return text.ToString();
    }

    internal static string OneLine(string text) =>
        string.Join(' ', string.Create(text.Length, text, (line, source) =>
        {
            for (var at = 0; at < source.Length; at++) line[at] = char.IsControl(source[at]) || char.IsWhiteSpace(source[at]) ? ' ' : source[at];
        }).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private IEnumerable<string> Values(string key) =>
        Trailers.Where(trailer => trailer.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Select(trailer => trailer.Value);

    private static string Normalize(string body)
    {
        var lines = body.ReplaceLineEndings("\n").Split('\n').Select(line => new string([.. line.Select(c => char.IsControl(c) && c != '\t' ? ' ' : c)]).TrimEnd());
        return string.Join('\n', lines).Trim('\n');
    }

    private static string Shorten(string subject)
    {
        var end = subject.LastIndexOf(' ', LongestSubject - 1);
        if (end < LongestSubject / 2) end = LongestSubject - 1;
        if (char.IsHighSurrogate(subject[end - 1])) end--;
        return subject[..end].TrimEnd() + "…";
    }
}
