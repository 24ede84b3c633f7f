using Meshlift.Adapters.Git;
using Meshlift.CommandLine.Output;
using Meshlift.Engine.Renderers;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Commands;

/// <summary>What commands that render need: programs, connections, and somebody who is told how a fetch goes.</summary>
internal sealed class RenderTools : IDisposable
{
    private readonly HttpClient _http = Web.Client();
    private readonly FetchLine _progress = new(Console.Error, !Console.IsErrorRedirected);

    public RenderTools()
    {
        Git = new GitProgram(TimeProvider.System);
        Renderers = new RendererChoice(_http, Git, TimeProvider.System);
        Run = new RenderRun(Renderers, new GitApply(Git), _progress);
    }

    /// <summary>The program.</summary>
    public GitProgram Git { get; }

    /// <summary>Makes renderers.</summary>
    public RendererChoice Renderers { get; }

    /// <summary>Renders.</summary>
    public RenderRun Run { get; }

    public void Dispose()
    {
        _progress.Dispose();
        Renderers.Dispose();
        _http.Dispose();
    }
}
