using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Onboarding;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Onboarding;

namespace Meshlift.Engine.Onboarding;

/// <summary>Asks a person.</summary>
/// <param name="question">The question.</param>
/// <param name="wrong">What was wrong with the answer before; null for the first one.</param>
/// <returns>The answer; null when the person gives up.</returns>
public delegate string? InitAsker(InitQuestion question, UserException? wrong);

/// <summary>Looks at a repository and writes the configuration that fits it.</summary>
/// <param name="reader">Reads the repository.</param>
/// <param name="comparing">Renders what stands there.</param>
public sealed class InitRun(RepositoryReader reader, StandingRender comparing)
{
    /// <summary>Looks, asks, compares, writes. Nothing is written before all of it is known.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="ask">Asks a person; null when there is nobody.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UserException">There is no Istio, something is missing that nobody can be asked for, or a file is in the way.</exception>
    public async Task<InitResult> RunAsync(InitRequest request, InitAsker? ask, CancellationToken cancel)
    {
        if (Path.Exists(request.Config) && !request.Force)
            throw new UserException(ErrorKind.Refused, $"{request.ShownAs} is there already", "run 'meshlift render' with it, or replace it with --force; --dry-run --force shows what would replace it");
        var files = await reader.ReadAsync(request.Root, cancel);
        var shape = ShapeReader.Read(files);
        if (!shape.HasIstio && request.Answers.Operators.IsEmpty && request.Answers.Manifests is null) throw NoIstio(request, files, shape);
        var draft = Ask(shape, request.Answers, ask);
        var comparison = InitComparison.None;
        if (!request.Compares) draft = draft with { Findings = [.. draft.Findings, .. DraftFindings.Patches(shape, [], [])] };
        else (draft, comparison) = await comparing.CompareAsync(request.Root, files, shape, draft, cancel);
        var text = MeshDraftText.Write(draft);
        _ = Read(text);
        RefuseOverwriting(request, draft);
        if (!request.IsDryRun)
        {
            // The configuration is the last, so that one that is there names files that are there.
            foreach (var file in draft.Files) AtomicFile.Write(Path.Combine(request.Root, file.Path), file.Bytes.Span);
            AtomicFile.Write(request.Config, Encoding.UTF8.GetBytes(text));
        }
        return new InitResult(draft, text, comparison);
    }

    /// <summary>The configuration of a draft.</summary>
    /// <exception cref="UserException">It contradicts itself, which only answers can bring about.</exception>
    internal static Mesh Read(string text) => MeshFile.Read(Encoding.UTF8.GetBytes(text), "meshlift.yaml");

    private static MeshDraft Ask(RepositoryShape shape, InitAnswers answers, InitAsker? ask)
    {
        while (true)
        {
            var result = MeshDrafting.Draft(shape, answers);
            if (result.Draft is { } draft) return draft;
            answers = Answer(result.Missing, answers, ask);
        }
    }

    private static InitAnswers Answer(ImmutableArray<InitQuestion> missing, InitAnswers answers, InitAsker? ask)
    {
        for (UserException? wrong = null; ;)
        {
            if (ask is null || ask(missing[0], wrong) is not { } answer) throw Missing(missing);
            try
            {
                return answers.With(missing[0].Flag, answer);
            }
            catch (UserException e)
            {
                wrong = e;
            }
        }
    }

    private static UserException Missing(ImmutableArray<InitQuestion> questions) => new(
        ErrorKind.Input,
        string.Join('\n', questions.Select(question => $"{question.Flag} is missing: {question.Text}{(question.Choices.IsEmpty ? "" : $" ({string.Join(", ", question.Choices)})")}")),
        $"run meshlift init {string.Join(' ', questions.Select(question => $"{question.Flag} {(question.Example.AsSpan().ContainsAny("{}*$ ") ? $"'{question.Example}'" : question.Example)}"))}, with what is right here; on a terminal it asks");

    private static UserException NoIstio(InitRequest request, RepositoryFiles files, RepositoryShape shape)
    {
        var unknown = shape.Findings.Where(finding => finding.Code == "ML1050").Select(finding => $"\n  {finding.Subject}: {finding.Message}").ToList();
        return new UserException(
            ErrorKind.Input,
            unknown.Count > 0
                ? $"nothing of Istio is seen in {request.Root}, but not every file could be read{string.Concat(unknown.Take(20))}"
                : $"there is nothing of Istio in {request.Root}: no IstioOperator file, no release of its charts, no Deployment of istiod{(files.Paths.IsEmpty ? ", and no file that Git tracks" : "")}",
            unknown.Count > 0
                ? "correct these files, or remove what is no part of the repository"
                : "run it at the root of the repository that installs Istio, and 'git add' what is new; to begin from nothing, write an IstioOperator file first (apiVersion: install.istio.io/v1alpha1, kind: IstioOperator)");
    }

    private static void RefuseOverwriting(InitRequest request, MeshDraft draft)
    {
        var others = draft.Files.Where(file => BoundedFile.ReadIfThere(Path.Combine(request.Root, file.Path)) is { } standing && !standing.Span.SequenceEqual(file.Bytes.Span)).Select(file => file.Path).ToList();
        if (others.Count > 0 && !request.Force)
            throw new UserException(ErrorKind.Refused, $"init would write {string.Join(" and ", others)}, and other content stands there", "move it away, or replace it with --force; nothing was changed");
    }
}
