using Microsoft.Extensions.Hosting;

namespace Meshlift.Simulator.Hosting;

/// <summary>The lifetime of a server within a program: interrupting the program is the program's business, not the server's.</summary>
internal sealed class ProgramLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
